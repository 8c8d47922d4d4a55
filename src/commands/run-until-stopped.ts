import { loadConfig } from '../config.ts'
import { type Role, type Running, start } from '../serve.ts'

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const
type StopSignal = keyof typeof exitCodes

/** npm, and a kill of the process group, send the same signal twice in one moment: that is one wish, not two. */
const ONE_MOMENT_MS = 500
const LINGERING_MS = 2000

/**
 * Starts the role, says so, and at the first SIGINT or SIGTERM stops in order; one that comes during the start is obeyed
 * right after it. Another one ends the process at once.
 */
export async function runUntilStopped(role: Role, announce: (running: Running) => string): Promise<number> {
  // Before the start: whoever sees that the process is ready may tell it to stop at once.
  const asked = firstSignal()
  const running = await start(loadConfig(process.env), role)
  process.stdout.write(`${announce(running)}\n`)
  await asked
  await running.stop()
  // All is done and closed: whatever still holds the process, such as a library that waits for Redis, must not.
  setTimeout(() => process.exit(0), LINGERING_MS).unref()
  return 0
}

function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    let firstAt: number | undefined
    for (const name of Object.keys(exitCodes) as StopSignal[]) {
      process.on(name, () => {
        if (firstAt === undefined) {
          firstAt = performance.now()
          resolve()
        } else if (performance.now() - firstAt > ONE_MOMENT_MS) process.exit(exitCodes[name])
      })
    }
  })
}
