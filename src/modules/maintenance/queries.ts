import type { Kysely, Selectable } from 'kysely'
import type { Database } from '../../database.ts'
import type { MaintenanceDatabase } from './tables.ts'

export type MaintenanceRow = Selectable<MaintenanceDatabase['maintenance']>

export function selectMaintenance(db: Kysely<Database>): Promise<MaintenanceRow | undefined> {
  return db.selectFrom('maintenance').selectAll().executeTakeFirst()
}

/** Begins it, or changes its message and end; the beginning stays. */
export async function upsertMaintenance(tx: Kysely<Database>, row: MaintenanceRow): Promise<void> {
  await tx
    .insertInto('maintenance')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ message: row.message, ends_at: row.ends_at }))
    .execute()
}

export async function deleteMaintenance(tx: Kysely<Database>): Promise<void> {
  await tx.deleteFrom('maintenance').execute()
}
