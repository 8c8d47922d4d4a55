import { parseArgs } from 'node:util'
import { ConfigError } from './config.ts'
import { StartError } from './start-error.ts'

interface Command {
  readonly summary: string
  /** What `--help` prints; by default the summary. */
  readonly help?: () => Promise<string>
  /** An argument is a mistake: without this, `serve --port 80` would serve as if nothing had been said. */
  readonly takesNoArguments?: true
  /** Gets the arguments behind the command's name; returns the exit code. */
  readonly load: () => Promise<(args: readonly string[]) => Promise<number>>
}

/** Every command; each is loaded only when it is called. */
const commands: Readonly<Record<string, Command>> = {
  serve: {
    summary: 'API; in embedded mode also jobs (the default)',
    takesNoArguments: true,
    load: async () => (await import('./commands/serve.ts')).serveUntilStopped,
  },
  work: {
    summary: 'a worker: runs jobs, and answers for its health and metrics',
    takesNoArguments: true,
    load: async () => (await import('./commands/work.ts')).workUntilStopped,
  },
  all: {
    summary: 'API and worker in one process',
    takesNoArguments: true,
    load: async () => (await import('./commands/work.ts')).serveAndWorkUntilStopped,
  },
  jobs: {
    summary: 'lists jobs; retries or discards dead ones',
    help: async () => (await import('./commands/jobs.ts')).jobsHelp,
    load: async () => (await import('./commands/jobs.ts')).operateJobs,
  },
  migrate: {
    summary: 'applies the pending migrations of the database; --pending: only names them',
    help: async () => (await import('./commands/migrate.ts')).migrateHelp,
    load: async () => (await import('./commands/migrate.ts')).migrateDatabase,
  },
  backup: {
    summary: 'makes, lists and verifies encrypted backups; schedule: every day',
    help: async () => (await import('./commands/backup.ts')).backupHelp,
    load: async () => (await import('./commands/backup.ts')).operateBackups,
  },
  restore: {
    summary: 'puts a backup back in place; --dry-run: only checks it',
    help: async () => (await import('./commands/restore.ts')).restoreHelp,
    load: async () => (await import('./commands/restore.ts')).restoreBackup,
  },
  maintenance: {
    summary: 'on, off: answers everybody but administrators 503, in all processes',
    help: async () => (await import('./commands/maintenance.ts')).maintenanceHelp,
    load: async () => (await import('./commands/maintenance.ts')).switchMaintenance,
  },
  config: {
    summary: 'prints the settings in effect, secrets hidden; --reference: what every setting means',
    load: async () => (await import('./commands/config.ts')).printConfig,
  },
  doctor: {
    summary: 'checks the configuration and all it names; says what is wrong and how to fix it',
    help: async () => (await import('./commands/doctor.ts')).doctorHelp,
    load: async () => (await import('./commands/doctor.ts')).runDoctor,
  },
  status: {
    summary: 'what runs, which release, what waits: a few lines',
    help: async () => (await import('./commands/status.ts')).statusHelp,
    takesNoArguments: true,
    load: async () => (await import('./commands/status.ts')).printStatus,
  },
  'support-bundle': {
    summary: 'packs configuration, versions, findings, metrics and log lines, without secrets, for whoever helps',
    help: async () => (await import('./commands/support-bundle.ts')).supportBundleHelp,
    load: async () => (await import('./commands/support-bundle.ts')).writeSupportBundle,
  },
  'upgrade-check': {
    summary: 'what the next start of this release would meet: settings, migrations, backup, room',
    help: async () => (await import('./commands/upgrade-check.ts')).upgradeCheckHelp,
    load: async () => (await import('./commands/upgrade-check.ts')).checkUpgrade,
  },
  'create-admin': {
    summary: 'makes an administrator',
    help: async () => (await import('./commands/create-admin.ts')).createAdminHelp,
    load: async () => (await import('./commands/create-admin.ts')).createAdmin,
  },
  'seed-demo': {
    summary: 'fills an empty database with a made-up institution and its last 90 days',
    help: async () => (await import('./commands/seed-demo.ts')).seedDemoHelp,
    load: async () => (await import('./commands/seed-demo.ts')).seedDemo,
  },
  openapi: {
    summary: 'prints the OpenAPI document of the API',
    takesNoArguments: true,
    load: async () => (await import('./commands/openapi.ts')).printOpenApi,
  },
}

/** Runs one command; returns the exit code. Foreseeable mistakes are told in a sentence, without a stack. */
export async function run([name = 'serve', ...args]: string[]): Promise<number> {
  if (name === 'help' || asksForHelp(name)) {
    process.stdout.write(usage())
    return 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    process.stderr.write(`There is no command “${name}”.\n\n${usage()}`)
    return 2
  }
  if (args.some(asksForHelp)) {
    process.stdout.write((await command.help?.()) ?? `Usage: node src/main.ts ${name}\n\n${command.summary}\n`)
    return 0
  }
  try {
    if (command.takesNoArguments) parseArgs({ args, options: {} })
    const execute = await command.load()
    return await execute(args)
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof StartError || isUsageMistake(error))) throw error
    process.stderr.write(`${error.message}\n`)
    return error instanceof StartError ? 1 : 2
  }
}

function asksForHelp(argument: string): boolean {
  return argument === '--help' || argument === '-h'
}

/** An option that the command does not have, as `parseArgs` tells it. */
function isUsageMistake(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_')
}

function usage(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length))
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}\n`)
  return `Usage: node src/main.ts COMMAND\n\n${lines.join('')}`
}
