/** How the compiler of a React host meets the components: typed properties, handlers, refs and attributes. */
import { consentryClient } from 'consentry/client'
import { type ElementsContext, en, type ConsentryIncoming as IncomingElement } from 'consentry/elements'
import {
  ConsentryAnswer,
  ConsentryBanner,
  ConsentryGrant,
  ConsentryHistory,
  ConsentryIncoming,
  ConsentryLegacy,
  ConsentryMyAccess,
  ConsentryOutgoing,
  ConsentryRequestEditor,
  ConsentrySessions,
  ConsentryTimeline,
} from 'consentry/elements/react'
import { type ComponentProps, createElement, useRef } from 'react'

const context: ElementsContext = {
  client: consentryClient({ baseUrl: '/consentry' }),
  texts: en,
  locale: 'en-GB',
  timeZone: 'Europe/Paris',
}

export function Page() {
  const list = useRef<IncomingElement>(null)
  return (
    <main>
      <ConsentryIncoming
        ref={list}
        filter="granted"
        request={null}
        context={context}
        className="wide"
        title="Requests"
        onNavigate={(event) => {
          event.preventDefault()
          const { to, id }: { to: 'incoming' | 'my-access' | 'outgoing' | 'new-request'; id?: string | undefined } = event.detail
          return to + id
        }}
        onChanged={({ detail }) => detail.request?.length}
        onClick={() => list.current?.focus()}
      />
      <ConsentryAnswer request="r1" onChanged={({ detail: { command } }) => command === 'reject'} />
      <ConsentryBanner onLeft={({ detail: { cause } }) => cause === 'ended-by-user'} onChanged={() => {}} />
      <ConsentryGrant request="r1" onChanged={() => {}} />
      <ConsentryHistory filter="sessions" request={null} onNavigate={({ detail: { to } }) => to === 'outgoing'} />
      <ConsentryLegacy tenant="tom-sawyer" tenantName="Tom Sawyer" onEntered={({ detail: { tenant } }) => tenant} onNavigate={() => {}} />
      <ConsentryMyAccess filter="pending" onEntered={() => {}} />
      <ConsentryRequestEditor like="r1" onNavigate={({ detail: { to } }) => to === 'outgoing'} onChanged={() => {}} />
      <ConsentryOutgoing
        filter="soon"
        request="a1"
        onNavigate={({ detail }) => detail.to === 'new-request'}
        onChanged={({ detail: { command } }) => command === 'withdrawRequest'}
      />
      <ConsentrySessions filter="live" onChanged={() => {}} />
      <ConsentryTimeline range="year" tenant="tom-sawyer" from={0} to="2026-11-30" />
    </main>
  )
}
export const made = createElement(ConsentryGrant, { request: 'r1' })
export type Props = ComponentProps<typeof ConsentryLegacy>

export const mistakes = [
  // @ts-expect-error there is no such filter
  <ConsentryIncoming filter="open" />,
  // @ts-expect-error a session is live or ended
  <ConsentrySessions filter="granted" />,
  // @ts-expect-error a kind is no type of an event
  <ConsentryHistory filter="tenant-request.granted" />,
  // @ts-expect-error there is no such range
  <ConsentryTimeline range="week" />,
  // @ts-expect-error there is no such property
  <ConsentryGrant requestId="r1" />,
  // @ts-expect-error a new request is like another one, by its id
  <ConsentryRequestEditor like={1} />,
  // @ts-expect-error what Lit has is no prop
  <ConsentryGrant renderRoot={document} />,
  // @ts-expect-error a context has a time zone
  <ConsentryBanner context={{ client: context.client, texts: en, locale: 'en' }} />,
  // @ts-expect-error the banner opens no page
  <ConsentryBanner onNavigate={() => {}} />,
  // @ts-expect-error nobody enters by a list of sessions
  <ConsentrySessions onEntered={() => {}} />,
  // @ts-expect-error a change has no tenant
  <ConsentryGrant onChanged={({ detail }) => detail.tenant} />,
  // @ts-expect-error an element has nothing inside
  <ConsentryGrant>text</ConsentryGrant>,
]
