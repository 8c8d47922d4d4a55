import type { DatabaseResults } from './results.ts'
import { targets } from './targets.ts'

export interface Verdict {
  readonly target: string
  readonly figure: string
  readonly isMet: boolean
}

/** Every target that the results of one database say something about. */
export function verdictsOn(results: DatabaseResults): Verdict[] {
  return [
    ...shares(results),
    ...tails(results),
    ...memory(results),
    ...peer(results),
    ...sweeps(results),
    ...flood(results),
    ...growth(results),
    ...errors(results),
  ]
}

function shares({ scenarios }: DatabaseResults): Verdict[] {
  const judge = (name: string, of: 'bare' | 'driver', atLeast: number): Verdict[] => {
    const found = scenarios.find((one) => one.scenario === name)
    const limit = found?.[of]
    if (!found || !limit) return []
    const share = found.product.requestsPerSecond / limit.requestsPerSecond
    const what = of === 'bare' ? 'the bare server' : 'the bare driver server'
    return [
      { target: `${name}: at least ${percent(atLeast)} of ${what}`, figure: percent(share), isMet: share >= atLeast },
    ]
  }
  const { shareOfBareServer, shareOfBareDriver } = targets
  return [
    ...shareOfBareServer.scenarios.flatMap((name) => judge(name, 'bare', shareOfBareServer.atLeast)),
    ...shareOfBareDriver.scenarios.flatMap((name) => judge(name, 'driver', shareOfBareDriver.atLeast)),
  ]
}

function tails({ scenarios }: DatabaseResults): Verdict[] {
  return scenarios.map(({ scenario, connections, product, bare }) => {
    const factor = product.p99 / product.p50
    // What of it is the machine's: the limit, on the same core in the same minutes, does nothing that could take long.
    const limits = bare ? `, bare server ${(bare.p99 / bare.p50).toFixed(1)} ×` : ''
    return {
      target: `${scenario}: p99 at most ${targets.tail.atMost} × p50 at ${connections} connections`,
      figure: `${factor.toFixed(1)} ×${limits}`,
      isMet: factor <= targets.tail.atMost,
    }
  })
}

function memory({ scenarios }: DatabaseResults): Verdict[] {
  const known = scenarios.flatMap(({ residentMegabytes }) => residentMegabytes ?? [])
  if (known.length === 0) return []
  const most = Math.max(...known)
  const { atMost } = targets.residentMegabytes
  return [{ target: `resident memory at most ${atMost} MB`, figure: `${most.toFixed(0)} MB`, isMet: most <= atMost }]
}

function peer({ scenarios }: DatabaseResults): Verdict[] {
  const { timesBetter, requestsPerSecond } = targets.peer
  return Object.entries(requestsPerSecond).flatMap(([name, theirs]) => {
    const found = scenarios.find((one) => one.scenario === name)
    if (!found) return []
    const times = found.product.requestsPerSecond / theirs
    return [
      {
        target: `${name}: ${timesBetter} × the ${theirs} requests a second of the system we compare with`,
        figure: `${times.toFixed(1)} ×`,
        isMet: times >= timesBetter,
      },
    ]
  })
}

function sweeps(results: DatabaseResults): Verdict[] {
  const { shareOfBest, from } = targets.sweep
  return results.sweeps.map(({ scenario, points }) => {
    const counted = points.filter(({ connections }) => connections >= from)
    const best = Math.max(...counted.map(({ sample }) => sample.requestsPerSecond))
    const worst = Math.min(...counted.map(({ sample }) => sample.requestsPerSecond))
    const failures = points.reduce((sum, { sample }) => sum + sample.statusErrors + sample.socketErrors, 0)
    const share = worst / best
    return {
      target: `${scenario}: no errors and no fall below ${percent(shareOfBest)} of the best rate up to ${points.at(-1)?.connections} connections`,
      figure: `${percent(share)}, ${failures} errors`,
      isMet: share >= shareOfBest && failures === 0,
    }
  })
}

function flood({ loginFlood }: DatabaseResults): Verdict[] {
  if (!loginFlood) return []
  const { healthP99Milliseconds } = targets.loginFlood
  const { health, connections } = loginFlood
  return [
    {
      target: `/health: p99 under ${healthP99Milliseconds} ms while ${connections} connections log in`,
      figure: `${health.p99.toFixed(1)} ms`,
      isMet: health.p99 < healthP99Milliseconds && health.statusErrors + health.socketErrors === 0,
    },
  ]
}

function growth(results: DatabaseResults): Verdict[] {
  const { p50AtMost, p99AtMost } = targets.growth
  return results.growth.flatMap(({ size, scenarios }) =>
    scenarios.map(({ scenario, base, sample }) => {
      const [p50, p99] = [sample.p50 / base.p50, sample.p99 / base.p99]
      return {
        target: `${scenario}: with ${size} the data, p50 at most ${p50AtMost} × and p99 at most ${p99AtMost} ×`,
        figure: `${p50.toFixed(2)} ×, ${p99.toFixed(2)} ×`,
        isMet: p50 <= p50AtMost && p99 <= p99AtMost,
      }
    }),
  )
}

function errors({ scenarios }: DatabaseResults): Verdict[] {
  const count = scenarios.reduce((sum, { product }) => sum + product.statusErrors + product.socketErrors, 0)
  return [{ target: 'no request of any scenario fails', figure: `${count} failed`, isMet: count === 0 }]
}

const percent = (share: number) => `${Math.round(share * 100)} %`
