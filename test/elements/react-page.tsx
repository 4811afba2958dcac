/** The script of a page in React: the components as a host bundles them, in the ways that the address names. */
import { StrictMode, useRef, useState } from 'react'
import { createRoot, hydrateRoot } from 'react-dom/client'
import { consentryClient } from '../../src/client.js'
import { ConsentryIncoming } from '../../src/elements/react.js'
import { defineElements, type ElementsContext, en, fr, type IncomingFilter } from '../../src/elements.js'

const mode = new URLSearchParams(location.search).get('mode')
const context: ElementsContext = {
  client: consentryClient({ baseUrl: '/consentry' }),
  texts: en,
  locale: 'en-GB',
  timeZone: 'Europe/Paris',
}
const main = document.querySelector('main') as HTMLElement
document.documentElement.lang = 'en'

function Page() {
  const [filter, setFilter] = useState<IncomingFilter>('pending')
  const [request, setRequest] = useState<string | null>(null)
  const [isFrench, setFrench] = useState(false)
  const [isShown, setShown] = useState(true)
  const [events, setEvents] = useState<readonly string[]>([])
  const element = useRef<HTMLElementTagNameMap['consentry-incoming']>(null)
  const note = (event: string) => setEvents((all) => [...all, event])
  return (
    <>
      <button type="button" onClick={() => setFilter('all')}>
        Show all
      </button>
      <button type="button" onClick={() => setFrench(true)}>
        French
      </button>
      <button type="button" onClick={() => setShown(!isShown)}>
        Toggle
      </button>
      <button type="button" onClick={() => note(`shows ${element.current?.filter}`)}>
        Note
      </button>
      <output>{events.join(', ')}</output>
      {isShown && (
        <ConsentryIncoming
          ref={element}
          className="wide"
          filter={filter}
          request={request}
          {...(isFrench && { context: { ...context, texts: fr, locale: 'fr' } })}
          onNavigate={(event) => {
            event.preventDefault()
            setRequest(event.detail.id ?? null)
            note(`to ${event.detail.id === undefined ? 'all' : 'one'}`)
          }}
          onChanged={({ detail }) => note(`${detail.command}`)}
        />
      )}
    </>
  )
}

if (mode === 'hydrated') {
  // What the server has written.
  const written = document.createElement('consentry-incoming')
  written.setAttribute('filter', 'granted')
  main.append(written)
  defineElements(context)
  hydrateRoot(main, <ConsentryIncoming filter="granted" context={{ ...context, texts: fr }} />, {
    onRecoverableError: (error) => console.error(error),
  })
} else {
  if (mode !== 'late') defineElements(context)
  createRoot(main).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  )
  if (mode === 'late') setTimeout(() => defineElements(context), 100)
}
