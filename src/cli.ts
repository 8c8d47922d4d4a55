import { ConfigError, loadConfig } from './config.ts'

const usage = `Usage: node src/main.ts COMMAND

  serve     API; in embedded mode also jobs (the default)
  migrate   apply pending migrations of the database
`

/** Runs one command; returns the exit code. Foreseeable mistakes are told in a sentence, without a stack. */
export async function run([command = 'serve', ...rest]: string[]): Promise<number> {
  if (command === '--help' || command === 'help' || rest.includes('--help')) {
    process.stdout.write(usage)
    return 0
  }
  try {
    switch (command) {
      case 'serve':
        return await serveUntilStopped()
      default:
        process.stderr.write(`There is no command “${command}”.\n\n${usage}`)
        return 2
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    return 2
  }
}

async function serveUntilStopped(): Promise<number> {
  const config = loadConfig(process.env)
  const { serve } = await import('./serve.ts')
  const running = await serve(config)
  process.stdout.write(`LMS Backend is ready on ${running.address}\n`)
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
  await running.stop()
  return 0
}
