import type { Outcome } from './test-events.ts'

export interface Tally {
  name: string
  passed: number
  failed: number
  skipped: number
  seconds: number
}

/** What the runner shows while tests run: in a terminal a status line that moves, elsewhere a line now and then. */
export function createScreen(out: NodeJS.WriteStream) {
  const colour = (code: number, text: string): string => (out.isTTY ? `\x1b[${code}m${text}\x1b[0m` : text)
  const red = (text: string): string => colour(31, text)
  const green = (text: string): string => colour(32, text)
  let statusShown = false
  let lastStatusAt = 0

  function print(text: string): void {
    if (statusShown) out.write('\r\x1b[K')
    statusShown = false
    out.write(text)
  }

  /** Shows where we are, at most ten times a second in a terminal and every fifteen seconds elsewhere. */
  function status(tally: Tally, doing: string): void {
    const now = performance.now()
    if (now - lastStatusAt < (out.isTTY ? 100 : 15_000)) return
    const counters = `${tally.name}: ${tally.passed} passed, ${tally.failed} failed`
    if (out.isTTY) {
      out.write(`\r\x1b[K${`${counters}  ${doing}`.replaceAll('\n', ' ').slice(0, (out.columns || 80) - 1)}`)
      statusShown = true
    } else if (lastStatusAt > 0) {
      out.write(`  ${counters} so far\n`)
    }
    lastStatusAt = now
  }

  function failure(passName: string, { name, location, error }: Outcome): void {
    if (error === undefined) return // its child's error has been printed
    print(`\n${red(`FAILED (${passName}) ${name}`)}\n  ${location}\n${error.replace(/^/gm, '  ')}\n\n`)
  }

  function passEnd(tally: Tally): void {
    print(`${tally.failed > 0 ? red('failed') : green('passed')}  ${tally.name} in ${tally.seconds.toFixed(1)} s\n`)
  }

  return { print, status, failure, passEnd, red, green }
}

export type Screen = ReturnType<typeof createScreen>

/** The passes as a table with one line each. */
export function tallyTable(tallies: Tally[]): string {
  const header = ['', 'passed', 'failed', 'skipped', 'time']
  const rows = tallies.map(({ name, passed, failed, skipped, seconds }) => {
    return [name, String(passed), String(failed), String(skipped), `${seconds.toFixed(1)} s`]
  })
  const nameWidth = Math.max(...rows.map(([name = '']) => name.length))
  return [header, ...rows]
    .map(([name = '', ...cells]) => `${name.padEnd(nameWidth)}${cells.map((cell) => cell.padStart(9)).join('')}\n`)
    .join('')
}
