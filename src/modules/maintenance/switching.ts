import type { Kysely } from 'kysely'
import { recordAudit, system } from '#modules/audit/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import type { MaintenanceNotice } from '#platform/http/maintenance.ts'
import type { Database } from '../../database.ts'
import { deleteMaintenance, type MaintenanceRow, selectMaintenance, upsertMaintenance } from './queries.ts'

export interface PresentMaintenance extends MaintenanceNotice {
  readonly begunAt: string
}

/** What is in the database; null: no maintenance. */
export async function readMaintenance(db: Kysely<Database>): Promise<PresentMaintenance | null> {
  const row = await selectMaintenance(db)
  return row ? toMaintenance(row) : null
}

/** Begins maintenance, or changes the notice of what has begun. Every process follows within seconds. */
export async function beginMaintenance(db: Kysely<Database>, notice: MaintenanceNotice, now: Date): Promise<void> {
  const { message, endsAt } = notice
  await inTransaction(db, async (tx) => {
    const present = await selectMaintenance(tx)
    await upsertMaintenance(tx, { id: 'present', message, begun_at: now.toISOString(), ends_at: endsAt })
    const action = present ? 'maintenance.changed' : 'maintenance.begun'
    await recordAudit(tx, system, { action, ...subject, details: { message, endsAt } }, now)
  })
}

/** Ends maintenance; returns what it was, or null when there was none. */
export async function endMaintenance(db: Kysely<Database>, now: Date): Promise<PresentMaintenance | null> {
  return await inTransaction(db, async (tx) => {
    const present = await selectMaintenance(tx)
    if (!present) return null
    await deleteMaintenance(tx)
    const details = { begunAt: present.begun_at, expectedEnd: present.ends_at }
    await recordAudit(tx, system, { action: 'maintenance.ended', ...subject, details }, now)
    return toMaintenance(present)
  })
}

const subject = { subjectType: 'maintenance', subjectId: null } as const

const toMaintenance = ({ message, begun_at, ends_at }: MaintenanceRow): PresentMaintenance => ({
  message,
  begunAt: begun_at,
  endsAt: ends_at,
})
