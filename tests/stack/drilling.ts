import { eventually } from '#support/eventually.ts'
import { type Drill, type DrillName, drills, type Installation } from '../../ops/observability/drills/drills.ts'
import { alertGroups } from '../../ops/observability/rules/index.ts'
import { docker } from './docker.ts'
import { domain } from './edge.ts'
import type { Observability, Page } from './observing.ts'
import type { Site } from './site.ts'

/** One drill as it went: seconds from the fault to the page at the receiver, and from the mending to its end. */
export interface Drilled {
  readonly name: DrillName
  readonly paged: number
  readonly resolved: number
}

/**
 * Alerts about what is not under test: the machine that the tests share with others, and works of the demo's students
 * that nobody has graded.
 */
const aside: ReadonlySet<string> = new Set([
  ...alertGroups.host.map(({ name }) => name),
  ...['GradingBacklog', 'ApiLatencyHigh', 'EventLoopBlocked', 'QueriesSlow'],
])

/** The pages that count, in the order of their arrival. */
export function pagesOf({ pages }: Observability, status: Page['status'] = 'firing'): Page[] {
  return pages.filter((page) => page.status === status && !aside.has(page.alertname))
}

export function installationOf(site: Site, observed: Observability): Installation {
  return {
    compose: site.compose,
    docker: (...args) => docker(args),
    observability: observed.compose,
    liveColour: site.liveColour,
    doorPort: site.vmPort,
    domain,
  }
}

/** Breaks, waits for the page at the receiver, mends, and returns a wait for the page's end. */
export async function beginDrill(
  name: DrillName,
  site: Site,
  observed: Observability,
): Promise<{ readonly paged: number; readonly end: () => Promise<Drilled> }> {
  const drill: Drill = drills[name]
  const installation = installationOf(site, observed)
  const before = observed.pages.length
  const arrived = (status: Page['status']) =>
    observed.pages.slice(before).find((page) => page.alertname === drill.pages && page.status === status)
  const startedAt = performance.now()
  await drill.begin(installation)
  try {
    await waitFor(() => arrived('firing'), drill.withinSeconds + 120, `${name}: ${drill.pages} never paged`)
  } finally {
    await drill.end(installation)
  }
  const mendedAt = performance.now()
  const paged = ((arrived('firing')?.receivedAt ?? 0) - startedAt) / 1000
  const end = async () => {
    await waitFor(() => arrived('resolved'), 2400, `${name}: ${drill.pages} never ended`)
    return { name, paged, resolved: ((arrived('resolved')?.receivedAt ?? 0) - mendedAt) / 1000 }
  }
  return { paged, end }
}

async function waitFor(found: () => unknown, seconds: number, message: string): Promise<void> {
  const check = async () => {
    if (!found()) throw new Error(message)
  }
  await eventually(check, { timeoutMs: seconds * 1000, everyMs: 250 })
}
