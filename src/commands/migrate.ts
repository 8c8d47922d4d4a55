import { migrate } from '#platform/database/migrate.ts'
import { openAdapters, withEmbeddedDefaults } from '../adapters.ts'
import { loadConfig } from '../config.ts'
import { migrations } from '../migrations/index.ts'
import { checkDatabase } from '../prepare-database.ts'

/** Applies every pending migration and says which. */
export async function migrateDatabase(): Promise<number> {
  const config = withEmbeddedDefaults(loadConfig(process.env))
  const adapters = await openAdapters(config)
  try {
    await checkDatabase(adapters.db, config.DATABASE_URL)
    const applied = await migrate(adapters.db, migrations)
    process.stdout.write(applied.length > 0 ? `Applied: ${applied.join(', ')}\n` : 'Nothing to apply.\n')
    return 0
  } finally {
    await adapters.close()
  }
}
