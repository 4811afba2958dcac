/** The script of the page in React 19: the elements are components, and the state of the page says what is shown. */
import { consentryClient } from 'consentry/client'
import { defineElements, en, type Navigation } from 'consentry/elements'
import { ConsentryOutgoing, ConsentryRequestEditor } from 'consentry/elements/react'
import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'

defineElements({ client: consentryClient({ baseUrl: '/consentry' }), texts: en, locale: 'en-GB', timeZone: 'Europe/London' })

function Access() {
  const [place, setPlace] = useState<Navigation>({ to: 'outgoing' })
  const goTo = (event: CustomEvent<Navigation>) => {
    event.preventDefault()
    setPlace(event.detail)
  }
  return place.to === 'new-request' ? (
    <ConsentryRequestEditor like={place.id ?? null} onNavigate={goTo} />
  ) : (
    <ConsentryOutgoing request={place.id ?? null} onNavigate={goTo} />
  )
}

const main = document.querySelector('main')
if (main)
  createRoot(main).render(
    <StrictMode>
      <Access />
    </StrictMode>,
  )
