/** The generators test a rule of your own too: that nobody but staff enters by a legacy door, whatever the facts and whoever asks. */
import assert from 'node:assert/strict'
import type { LegacyRule } from 'consentry'
import { decide } from 'consentry/decision'
import { accessQuery, tenantFacts } from 'consentry/testing/arbitraries'
import fc from 'fast-check'

const STAFF = new Set(['caroline', 'charlotte', 'elizabeth'])
const careful: LegacyRule = (user) => STAFF.has(user)

const TABLE = { caroline: true, charlotte: true, elizabeth: true }
const careless: LegacyRule = (user) => user in TABLE

/** Facts of any tenant, and a question about people and instants of these facts, or any others. */
const asked = tenantFacts().chain((facts) => fc.tuple(fc.constant(facts), accessQuery({ around: [facts] })))

/** Whoever is let in is staff, or named by a grant that holds: then it is the tenant itself that lets him in. */
const onlyStaffEnters = (legacy: LegacyRule) =>
  fc.property(asked, ([facts, { user, tenant, method, now }]) => {
    const decision = decide(user, tenant, method, now, facts, { legacy })
    return !decision.allowed || decision.reason === 'granted' || STAFF.has(user)
  })

fc.assert(onlyStaffEnters(careful), { numRuns: 10_000 })
console.log('careful:  10,000 questions, and nobody but staff entered by a legacy door')

// The generators know the ids that catch people out: keys that every object has, and ids that differ only in case.
const { failed, counterexample } = fc.check(onlyStaffEnters(careless), { numRuns: 10_000, seed: 1813 })
assert(failed && counterexample)
const [[, { user, tenant, method }]] = counterexample
console.log(`careless: let \`${user}\` into ${tenant} by ${method}, since \`'${user}' in {}\` is true`)
assert(user in {})
