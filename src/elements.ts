/** Web components for the pages of Consentry: Lit elements over the client. */

export { ConsentryAnswer } from './elements/consentry-answer.js'
export { ConsentryGrant } from './elements/consentry-grant.js'
export { ConsentryIncoming } from './elements/consentry-incoming.js'
export { defineElements } from './elements/define-elements.js'
export type { ElementsContext, ElementsPolicy } from './elements/element-context.js'
export type { Change, ElementEvents, Navigation } from './elements/element-events.js'
export type { Formats } from './elements/formats.js'
export type { IncomingFilter } from './elements/incoming-list.js'
export { en } from './elements/texts/en.js'
export { fr } from './elements/texts/fr.js'
export type { Texts } from './elements/texts/texts.js'
export { instantOfWallTime } from './elements/wall-time.js'
