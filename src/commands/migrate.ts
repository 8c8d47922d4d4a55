import { migrate } from '#platform/database/migrate.ts'
import { openAdapters, withEmbeddedDefaults } from '../adapters.ts'
import { loadConfig } from '../config.ts'
import { migrations } from '../migrations/index.ts'

/** Applies every pending migration and says which. */
export async function migrateDatabase(): Promise<number> {
  const adapters = await openAdapters(withEmbeddedDefaults(loadConfig(process.env)))
  try {
    const applied = await migrate(adapters.db, migrations)
    process.stdout.write(applied.length > 0 ? `Applied: ${applied.join(', ')}\n` : 'Nothing to apply.\n')
    return 0
  } finally {
    await adapters.close()
  }
}
