/** Origins as options name them: exactly as a URL writes them. */
import { describe, expect, it } from 'vitest'
import { Origin } from '../../src/domain/origin.js'

describe('an origin', () => {
  it.each(['https://app.example.com', 'http://127.0.0.1:8080', 'http://[::1]', 'https://xn--bcher-kva.example'])('is %s', (text) => {
    expect(Origin.parse(text)).toBe(text)
  })

  it.each([
    ...['https://app.example.com/', 'https://app.example.com/path', 'https://App.example.com', 'https://app.example.com:443'],
    ...['ftp://app.example.com', 'null', '', 'https://', 'http://[::1', 'https://user@app.example.com', '*', ' https://app.example.com'],
  ])('is not %j', (text) => {
    expect(Origin.safeParse(text).error?.issues[0]?.message).toBe('must be an origin, such as `https://app.example.com`: without a path')
  })

  it('is text', () => expect(Origin.safeParse(1).error?.issues[0]?.message).toBe('must be a string'))
})
