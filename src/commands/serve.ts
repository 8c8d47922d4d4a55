import { loadConfig } from '../config.ts'
import { serve } from '../serve.ts'

/** Serves until SIGINT or SIGTERM, then stops in order. */
export async function serveUntilStopped(): Promise<number> {
  const running = await serve(loadConfig(process.env))
  process.stdout.write(`LMS Backend is ready on ${running.address}\n`)
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
  await running.stop()
  return 0
}
