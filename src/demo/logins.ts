import { iso, MINUTE_MS } from './calendar.ts'
import type { Account } from './people.ts'
import type { Random } from './random.ts'
import type { DemoRows } from './rows.ts'

/** Where somebody usually comes from. */
export interface Device {
  readonly network: string
  readonly userAgent: string
}

const userAgents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15',
]

/** Addresses that RFC 5737 keeps for examples; one of them is the school's own. */
export function usualDevice(random: Random): Device {
  const network = random.chance(0.3) ? '198.51.100.7' : `203.0.113.${random.whole(1, 254)}`
  return { network, userAgent: random.pick(userAgents) }
}

const WRONG_PASSWORD = 0.06
const LOGS_OUT = 0.3
const SESSION_DAYS = 30

/** Somebody logs in at `at`, perhaps at the second try, and stays for `minutes`. */
export function logIn(
  random: Random,
  account: Account,
  device: Device,
  { at, minutes }: { at: number; minutes: number },
  rows: DemoRows,
): void {
  if (random.chance(WRONG_PASSWORD)) {
    rows.audit_event.push(
      auditEvent(random, at - random.whole(8, 40) * 1000, {
        actor_id: null,
        action: 'auth.login-failed',
        subject_type: 'user',
        subject_id: account.id,
        network: device.network,
      }),
    )
  }
  const sessionId = random.id(new Date(at))
  const end = at + minutes * MINUTE_MS
  const logsOut = random.chance(LOGS_OUT)
  rows.session.push({
    id: sessionId,
    user_id: account.id,
    created_at: iso(at),
    last_used_at: iso(at),
    expires_at: iso(at + SESSION_DAYS * 24 * 60 * MINUTE_MS),
    network: device.network,
    user_agent: device.userAgent,
    ended_at: logsOut ? iso(end) : null,
    end_reason: logsOut ? 'logged-out' : null,
  })
  rows.audit_event.push(
    auditEvent(random, at, {
      actor_id: account.id,
      action: 'auth.logged-in',
      subject_type: 'session',
      subject_id: sessionId,
      network: device.network,
    }),
  )
  account.last_login_at = iso(at)
}

type AuditRow = DemoRows['audit_event'][number]

/** One line of the audit log. */
export function auditEvent(
  random: Random,
  at: number,
  what: Pick<AuditRow, 'actor_id' | 'action' | 'subject_type' | 'subject_id' | 'network'>,
  details: Record<string, unknown> = {},
): AuditRow {
  return {
    id: random.id(new Date(at)),
    occurred_at: iso(at),
    ...what,
    request_id: null,
    details: JSON.stringify(details),
  }
}
