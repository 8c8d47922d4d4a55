import { createAuditLog } from './audit-log/audit-log.ts'
import type { AdminDeps } from './deps.ts'
import { createPeopleChanging } from './people/changing.ts'
import { createInviting } from './people/inviting.ts'
import { createPeopleReading } from './people/reading.ts'

export type Admin = ReturnType<typeof createAdmin>

/** What administrators do with other people's accounts. */
export function createAdmin(deps: AdminDeps) {
  return {
    ...createPeopleReading(deps),
    ...createInviting(deps),
    ...createPeopleChanging(deps),
    ...createAuditLog(deps),
  }
}
