/** Facts that were validated once are not validated again; nothing else passes for them (SPEC 5.2). */
import { expect, it } from 'vitest'
import { decide, type TenantFacts } from '../../src/decision.js'
import { parseFacts, parseFrozenFacts } from '../../src/domain/facts.js'
import { CLASSICS, TOM } from '../story/cast.js'
import { deny } from '../story/scenario.js'
import { grantFacts } from './requests.js'

const given = () => ({ tenant: TOM, governed: true, requests: [{ ...grantFacts('r', 1), removed: [{ user: 'charlotte', at: 2 }] }] })
/** What the decision must refuse: a grant in a tenant that is not governed. */
const CONTRADICTORY = { governed: false }

const refused = (facts: unknown) =>
  expect(() => decide('wickham', TOM, 'legacy-support', 5, facts as TenantFacts, { legacy: () => true })).toThrow(/^invalid facts/)

it('are a copy, equal to what was given, and returned as they are', () => {
  const facts = given()
  const frozen = parseFrozenFacts(facts)
  expect(frozen).toEqual(facts)
  expect(frozen).not.toBe(facts)
  expect(parseFacts(frozen)).toBe(frozen)
  expect(parseFrozenFacts(frozen)).toBe(frozen)
  expect(parseFacts(facts)).not.toBe(facts)
  expect(Object.getPrototypeOf(frozen)).toBe(Object.prototype)
  expect(Reflect.ownKeys(frozen)).toEqual(['tenant', 'governed', 'requests'])
})

it('cannot be changed, in any part', () => {
  const frozen = parseFrozenFacts(given())
  const parts: object[] = []
  const walk = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return
    parts.push(value)
    for (const key of Reflect.ownKeys(value)) walk(Reflect.get(value, key))
  }
  walk(frozen)
  expect(parts).toHaveLength(6)
  expect(parts.filter((part) => !Object.isFrozen(part))).toEqual([])
})

it('do not change with what was given', () => {
  const facts = given()
  const frozen = parseFrozenFacts(facts)
  facts.governed = false
  facts.requests.length = 0
  expect(frozen).toEqual(given())
})

it('are not faked by copies, by what inherits from them, or by proxies', () => {
  const frozen = parseFrozenFacts(given())
  const descriptors = { ...Object.getOwnPropertyDescriptors(frozen), governed: { value: false, enumerable: true } }
  for (const fake of [
    { ...frozen, ...CONTRADICTORY },
    Object.assign(structuredClone(frozen), CONTRADICTORY),
    Object.freeze(Object.create(Object.getPrototypeOf(frozen), descriptors)),
    Object.create(frozen, descriptors),
    new Proxy({ ...frozen, ...CONTRADICTORY }, {}),
    new Proxy(Object.freeze({ ...frozen, ...CONTRADICTORY }), { getPrototypeOf: () => frozen }),
  ])
    refused(fake)
  const lie = new Proxy(frozen, { ownKeys: () => [] })
  refused(lie)
  expect(decide('wickham', TOM, 'legacy-support', 5, frozen, { from: CLASSICS, legacy: () => true })).toEqual(deny('legacy-closed'))
})

it('are refused when they are malformed, as others are', () => {
  expect(() => parseFrozenFacts({ ...given(), ...CONTRADICTORY })).toThrow('invalid facts: governed: must be true: the tenant has granted')
  for (const facts of [null, undefined, 7, 'facts']) expect(() => parseFrozenFacts(facts)).toThrow(/^invalid facts/)
})
