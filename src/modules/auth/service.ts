import { createHash, randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { type Actor, recordAudit } from '#modules/audit/index.ts'
import {
  emailTaken,
  insertUser,
  normalizeEmail,
  selectUserByEmail,
  selectUserById,
  toUser,
  type User,
  type UserRow,
  updateUser,
  userNotFound,
} from '#modules/users/index.ts'
import { onConstraint } from '#platform/database/constraint.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { counter, type Metrics } from '#platform/metrics/metrics.ts'
import type { Database } from '../../database.ts'
import type { AccessTokens, Principal } from './access-token.ts'
import type { Blacklist } from './blacklist.ts'
import { authenticationsTotal } from './metrics.ts'
import type { Passwords } from './passwords.ts'
import { refreshTokenInvalid, wrongCredentials } from './problems.ts'
import {
  endSession,
  insertRefreshToken,
  insertSession,
  selectSession,
  selectSessionIdOfToken,
  touchSession,
  useRefreshToken,
} from './queries.ts'
import type { LoginBody, RegisterBody, Tokens } from './schemas.ts'

export interface AuthDeps {
  readonly db: Kysely<Database>
  readonly metrics: Metrics
  readonly now: () => Date
  readonly newId: () => string
  readonly passwords: Passwords
  readonly accessTokens: AccessTokens
  readonly blacklist: Blacklist
  readonly refreshTokenDays: number
}

/** Where a session comes from, as its owner sees it in the list of his sessions. */
export interface Client {
  readonly network: string
  readonly userAgent: string
}

export type Auth = ReturnType<typeof createAuth>

const DAY_MS = 24 * 60 * 60 * 1000

export function createAuth({
  db,
  metrics,
  now,
  newId,
  passwords,
  accessTokens,
  blacklist,
  refreshTokenDays,
}: AuthDeps) {
  const countAttempt = counter(metrics, authenticationsTotal)

  /** Creates a student's account. Other roles come from an administrator. */
  async function register(input: RegisterBody, actor: Actor): Promise<User> {
    const passwordHash = await passwords.hashPassword(input.password)
    const at = now()
    const user = await inTransaction(db, async (tx) => {
      const row = await onConstraint(
        insertUser(tx, {
          id: newId(),
          email: normalizeEmail(input.email),
          full_name: input.fullName.trim(),
          role: 'student',
          status: 'active',
          password_hash: passwordHash,
          email_verified_at: null,
          created_at: at.toISOString(),
          updated_at: at.toISOString(),
          last_login_at: null,
        }),
        'user_account_email_key',
        (cause) => emailTaken(undefined, cause),
      )
      await recordAudit(
        tx,
        { ...actor, userId: row.id },
        { action: 'user.registered', subjectType: 'user', subjectId: row.id },
        at,
      )
      return row
    })
    countAttempt({ action: 'register', outcome: 'success' })
    return toUser(user)
  }

  async function login(input: LoginBody, client: Client, actor: Actor): Promise<Tokens> {
    const user = await selectUserByEmail(db, input.email)
    const { matches } = await passwords.verifyPassword(input.password, user?.password_hash ?? null)
    if (!user || !matches || user.status !== 'active') {
      countAttempt({ action: 'login', outcome: 'failure' })
      await recordAudit(
        db,
        actor,
        { action: 'auth.login-failed', subjectType: 'user', subjectId: user?.id ?? null },
        now(),
      )
      throw wrongCredentials()
    }
    const tokens = await startSession(user, client, actor)
    countAttempt({ action: 'login', outcome: 'success' })
    return tokens
  }

  async function startSession(user: UserRow, client: Client, actor: Actor): Promise<Tokens> {
    const sessionId = newId()
    const at = now()
    const refresh = newRefreshToken()
    await inTransaction(db, async (tx) => {
      await insertSession(tx, {
        id: sessionId,
        user_id: user.id,
        created_at: at.toISOString(),
        last_used_at: at.toISOString(),
        expires_at: sessionEnd(at),
        network: client.network,
        user_agent: client.userAgent.slice(0, 300),
        ended_at: null,
        end_reason: null,
      })
      await insertRefreshToken(tx, {
        token_hash: refresh.hash,
        session_id: sessionId,
        issued_at: at.toISOString(),
        used_at: null,
      })
      await updateUser(tx, user.id, { last_login_at: at.toISOString() })
      await recordAudit(
        tx,
        { ...actor, userId: user.id },
        { action: 'auth.logged-in', subjectType: 'session', subjectId: sessionId },
        at,
      )
    })
    return toTokens(user, sessionId, refresh.token)
  }

  /** Exchanges a refresh token. A token that comes a second time was stolen: its whole session ends. */
  async function refresh(refreshToken: string, actor: Actor): Promise<Tokens> {
    const at = now()
    const next = newRefreshToken()
    const outcome = await inTransaction(db, async (tx) => {
      const tokenHash = hashToken(refreshToken)
      const sessionId = await useRefreshToken(tx, tokenHash, at.toISOString())
      if (!sessionId) {
        const reused = await selectSessionIdOfToken(tx, tokenHash)
        if (
          reused &&
          (await endSession(tx, reused, { ended_at: at.toISOString(), end_reason: 'refresh-token-reused' }))
        ) {
          await recordAudit(
            tx,
            actor,
            { action: 'auth.refresh-token-reused', subjectType: 'session', subjectId: reused },
            at,
          )
        }
        return { reused }
      }
      const session = await selectSession(tx, sessionId)
      const user = session && (await selectUserById(tx, session.user_id))
      if (!user || user.status !== 'active' || session.ended_at !== null || session.expires_at <= at.toISOString())
        return {}
      await insertRefreshToken(tx, {
        token_hash: next.hash,
        session_id: sessionId,
        issued_at: at.toISOString(),
        used_at: null,
      })
      await touchSession(tx, sessionId, { last_used_at: at.toISOString(), expires_at: sessionEnd(at) })
      return { user, sessionId }
    })
    if (outcome.user) {
      countAttempt({ action: 'refresh', outcome: 'success' })
      return toTokens(outcome.user, outcome.sessionId, next.token)
    }
    if (outcome.reused) await blacklist.revokeSession(outcome.reused)
    countAttempt({ action: 'refresh', outcome: 'failure' })
    throw refreshTokenInvalid()
  }

  async function ownAccount({ userId }: Principal): Promise<User> {
    const user = await selectUserById(db, userId)
    if (!user) throw userNotFound({ userId })
    return toUser(user)
  }

  function toTokens(user: UserRow, sessionId: string, refreshToken: string): Tokens {
    const { accessToken, expiresIn } = accessTokens.issueAccessToken({ userId: user.id, sessionId, role: user.role })
    return { accessToken, refreshToken, tokenType: 'Bearer', expiresIn }
  }

  function sessionEnd(at: Date): string {
    return new Date(at.getTime() + refreshTokenDays * DAY_MS).toISOString()
  }

  return { register, login, refresh, ownAccount }
}

function newRefreshToken(): { token: string; hash: string } {
  const token = randomBytes(32).toString('base64url')
  return { token, hash: hashToken(token) }
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
