import type { UserRow } from './queries.ts'
import type { User } from './schemas.ts'

export function toUser(row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    fullName: row.full_name,
    role: row.role,
    status: row.status,
    emailVerified: row.email_verified_at !== null,
    totpEnabled: row.totp_enabled_at !== null,
    createdAt: row.created_at,
    lastLoginAt: row.last_login_at,
  }
}
