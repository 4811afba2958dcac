/** The elements as React components: on a server, and in Chromium over the real API. */
import { createElement, createRef } from 'react'
import { renderToString } from 'react-dom/server'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as components from '../../src/elements/react.js'
import * as elements from '../../src/elements.js'
import { NO_CHROMIUM } from '../browser/chromium.js'
import { type Host, startHost } from './host.js'
import { closePages } from './looks.js'

vi.setConfig({ testTimeout: 60_000 })

const { ConsentryIncoming, ConsentryLegacy, ConsentryBanner } = components

it('there is a component for every element, with its name', () => {
  const classes = Object.entries(elements).filter(([name]) => name.startsWith('Consentry'))
  expect(Object.keys(components).sort()).toEqual(classes.map(([name]) => name).sort())
  expect(Object.entries(components).map(([name, { displayName }]) => [name, displayName])).toEqual(
    Object.keys(components).map((name) => [name, name]),
  )
})

describe('on a server', () => {
  it('a component writes the tag with its attributes, and nothing of handlers and objects', () => {
    const context = {} as elements.ElementsContext
    const props = { filter: 'granted', className: 'wide', id: 'list', context, onNavigate: () => {} } as const
    expect(renderToString(createElement(ConsentryIncoming, { ...props, ref: createRef() }))).toBe(
      '<consentry-incoming filter="granted" class="wide" id="list"></consentry-incoming>',
    )
  })
  it('a property has the name of its attribute', () =>
    expect(renderToString(createElement(ConsentryLegacy, { tenant: 'tom-sawyer', tenantName: 'Tom & Co.' }))).toBe(
      '<consentry-legacy tenant="tom-sawyer" tenant-name="Tom &amp; Co."></consentry-legacy>',
    ))
  it('React has nothing to say about a component, with a ref or without one', async () => {
    const warned = vi.spyOn(console, 'error').mockImplementation(() => {})
    vi.resetModules()
    const { ConsentryOutgoing } = await import('../../src/elements/react.js')
    for (const props of [{}, { ref: createRef<elements.ConsentryOutgoing>() }]) renderToString(createElement(ConsentryOutgoing, props))
    expect(warned.mock.calls).toEqual([])
    warned.mockRestore()
  })
  it('what is not there is not written', () => {
    expect(renderToString(createElement(ConsentryIncoming, { request: null }))).toBe('<consentry-incoming></consentry-incoming>')
    expect(renderToString(createElement(ConsentryBanner))).toBe('<consentry-banner></consentry-banner>')
  })
})

const inChromium = describe.skipIf(NO_CHROMIUM !== undefined)
if (NO_CHROMIUM !== undefined) it.skip(NO_CHROMIUM, () => {})

inChromium('in a page in strict mode', () => {
  let host: Host
  beforeAll(async () => {
    host = await startHost('react-page.tsx')
  })
  afterAll(() => host.close())

  it('state goes in, events come out once, and what a person has chosen stays', async () => {
    await host.ask('react', 'Caroline looks after your account.')
    const opened = await host.open('react')
    const { page } = opened
    const said = page.locator('output')
    const filter = () => page.locator('consentry-incoming').getAttribute('filter')
    await page.getByRole('button', { name: 'Manage' }).click()
    // The host has prevented the dialog, and shows the request by its own state.
    await page.getByRole('button', { name: 'Answer' }).click()
    expect(await said.textContent()).toBe('to one')
    await page.locator('dialog[open] button[type=submit]').click()
    await page.getByText('The access holds').waitFor()
    expect(await said.textContent()).toBe('to one, grant')
    await page.locator('.back').click()
    await page.locator('.filters button[value=granted]').click()
    await page.locator('tbody tr:not(:has(.bone))').waitFor()
    await page.getByRole('button', { name: 'Note' }).click()
    await page.getByText('shows granted').waitFor()
    expect(await filter()).toBe('granted')
    await page.getByRole('button', { name: 'Show all' }).click()
    await expect.poll(filter).toBe('all')
    await page.getByRole('button', { name: 'French' }).click()
    await page.getByText('Toutes').waitFor()
    expect(await page.locator('consentry-incoming').getAttribute('class')).toBe('wide')
    expect(await said.textContent()).toBe('to one, grant, to all, shows granted')
    await closePages(opened)
  })

  it('unmounting leaves nothing behind, and what is mounted again works', async () => {
    await host.ask('again', 'Caroline looks after your account.')
    const opened = await host.open('again')
    const { page } = opened
    await page.locator('tbody tr:not(:has(.bone))').waitFor()
    await page.getByRole('button', { name: 'Toggle' }).click()
    await page.locator('consentry-incoming').waitFor({ state: 'detached' })
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.evaluate(() => document.dispatchEvent(new CustomEvent('consentry-changed', { detail: { request: null, command: 'grant' } })))
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await page.waitForTimeout(200)
    expect(asked).toEqual([])
    expect(await page.locator('output').textContent()).toBe('')
    await page.getByRole('button', { name: 'Toggle' }).click()
    await page.getByRole('button', { name: 'Manage' }).click()
    await page.getByText('to one').waitFor()
    expect(await page.locator('output').textContent()).toBe('to one')
    await closePages(opened)
  })

  it('what is rendered before the elements are defined shows its properties then', async () => {
    await host.ask('late', 'Caroline looks after your account.')
    const opened = await host.open('late', { mode: 'late' })
    await opened.page.getByRole('button', { name: 'Manage' }).click()
    await opened.page.getByText('to one').waitFor()
    await closePages(opened)
  })

  it('what a server has written is taken over without a word on the console', async () => {
    const opened = await host.open('hydrated', { mode: 'hydrated' })
    await opened.page.locator('.filters').getByText('Toutes').waitFor()
    expect(await opened.page.locator('consentry-incoming').count()).toBe(1)
    expect(await opened.page.locator('.filters [aria-pressed=true]').getAttribute('value')).toBe('granted')
    await closePages(opened)
  })
})
