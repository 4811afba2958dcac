/** Property tests of your own legacy rule: only staff may enter by a legacy method. */
import assert from 'node:assert/strict'
import type { LegacyRule } from 'consentry'
import { decide } from 'consentry/decision'
import { accessQuery, tenantFacts } from 'consentry/testing/arbitraries'
import fc from 'fast-check'

const STAFF = new Set(['caroline', 'charlotte', 'elizabeth'])
const careful: LegacyRule = (user) => STAFF.has(user)

const TABLE = { caroline: true, charlotte: true, elizabeth: true }
const careless: LegacyRule = (user) => user in TABLE

/** Generates facts of a tenant, and a question about users and instants of these facts or others. */
const asked = tenantFacts().chain((facts) => fc.tuple(fc.constant(facts), accessQuery({ around: [facts] })))

/** The property: everybody who is allowed is staff, or named by a grant that holds. */
const onlyStaffEnters = (legacy: LegacyRule) =>
  fc.property(asked, ([facts, { user, tenant, method, now, from }]) => {
    const decision = decide(user, tenant, method, now, facts, { legacy, from, isAskable: () => true })
    return !decision.allowed || decision.reason === 'granted' || STAFF.has(user)
  })

fc.assert(onlyStaffEnters(careful), { numRuns: 10_000 })
console.log('careful:  10,000 questions, and nobody but staff entered by a legacy door')

// The generators produce tricky ids: keys that every object has, and ids that differ only in case.
const { failed, counterexample } = fc.check(onlyStaffEnters(careless), { numRuns: 10_000, seed: 1813 })
assert(failed && counterexample)
const [[, { user, tenant, method }]] = counterexample
console.log(`careless: let \`${user}\` into ${tenant} by ${method}, since \`'${user}' in {}\` is true`)
assert(user in {})
