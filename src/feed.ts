/** Following the feed of events: each is handled once, in order, by one process at a time. */
export { type FeedFollower, type FollowFeedOptions, followFeed, type Handled } from './feed/follow-feed.js'
