export { type AuditEventRow, selectAuditEvents } from './queries.ts'
export { type Actor, type AuditEntry, recordAudit, system } from './record.ts'
export type { AuditDatabase } from './tables.ts'
