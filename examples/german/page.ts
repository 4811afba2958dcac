/** The script of the page: the elements in German, with dates and numbers as German has them. */
import { consentryClient } from 'consentry/client'
import { defineElements } from 'consentry/elements'
import { de } from './de.js'

defineElements({ client: consentryClient({ baseUrl: '/consentry' }), texts: de, locale: 'de', timeZone: 'Europe/Berlin' })
