import { parseArgs } from 'node:util'
import { migrate, pendingMigrations } from '#platform/database/migrate.ts'
import { openAdapters, withEmbeddedDefaults } from '../adapters.ts'
import { loadConfig } from '../config.ts'
import { migrations } from '../migrations/index.ts'
import { checkDatabase } from '../prepare-database.ts'
import { reasonOf, StartError } from '../start-error.ts'

const STATEMENT_SECONDS = 3600

export const migrateHelp = `Usage: node src/main.ts migrate [--pending]

  (nothing)    applies the pending migrations, in one transaction, and says which
  --pending    only names them, one a line; nothing is changed
`

/** Applies every pending migration and says which; or only says which. */
export async function migrateDatabase(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { pending: { type: 'boolean' } } })
  const config = withEmbeddedDefaults(loadConfig(process.env))
  // Building an index takes as long as it takes; the usual limit is for requests.
  const adapters = await openAdapters({ ...config, DATABASE_STATEMENT_TIMEOUT_SECONDS: STATEMENT_SECONDS })
  try {
    await checkDatabase(adapters.db, config.DATABASE_URL)
    if (values.pending) {
      const pending = await pendingMigrations(adapters.db, migrations)
      process.stdout.write(pending.map((name) => `${name}\n`).join(''))
      return 0
    }
    const applied = await migrate(adapters.db, migrations).catch((error) => {
      throw new StartError(reasonOf(error), error)
    })
    process.stdout.write(applied.length > 0 ? `Applied: ${applied.join(', ')}\n` : 'Nothing to apply.\n')
    return 0
  } finally {
    await adapters.close()
  }
}
