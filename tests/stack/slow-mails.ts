import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '#support/eventually.ts'
import { startMailbox } from './mailbox.ts'

const SECONDS_PER_MAIL = 1.5

/** A mailbox that takes its time: each mail is a job that is seen while it runs. */
export interface SlowMails {
  /** Settings of a site that mails through it. */
  readonly settings: Readonly<Record<string, string>>
  /** Mails that are being handed over at this moment. */
  underWay(): number
  /** How often each recipient got a mail. */
  counts(): Map<string, number>
  close(): Promise<void>
}

export async function startSlowMails(): Promise<SlowMails> {
  let underWay = 0
  const { settings, received, close } = await startMailbox(async () => {
    underWay++
    await delay(SECONDS_PER_MAIL * 1000)
    underWay--
    return undefined
  })
  return {
    settings,
    underWay: () => underWay,
    counts() {
      const counts = new Map<string, number>()
      for (const address of received.flatMap(({ recipients }) => recipients))
        counts.set(address, (counts.get(address) ?? 0) + 1)
      return counts
    },
    close,
  }
}

/** Invites so many people, each by a job that mails; returns their addresses. */
export async function invite(vmPort: number, administrator: string, count: number): Promise<string[]> {
  const addresses = Array.from({ length: count }, (_, index) => `invited-${index}@example.org`)
  for (const email of addresses) {
    const response = await fetch(`http://127.0.0.1:${vmPort}/api/v1/admin/users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${administrator}`, 'content-type': 'application/json' },
      body: JSON.stringify({ email, fullName: 'Somebody Invited', role: 'student' }),
    })
    if (response.status !== 201) throw new Error(`The invitation answered ${response.status}: ${await response.text()}`)
  }
  return addresses
}

/** Waits until everybody has got a mail; whoever got two, or none in time, is named. */
export async function everyoneGotOne(mails: SlowMails, addresses: readonly string[]): Promise<void> {
  await eventually(
    () => {
      const counts = mails.counts()
      const missing = addresses.filter((address) => !counts.has(address))
      if (missing.length > 0) throw new Error(`${missing.length} got no mail: ${missing.slice(0, 5).join(', ')}`)
    },
    { timeoutMs: 120_000, everyMs: 200 },
  )
  const twice = addresses.filter((address) => mails.counts().get(address) !== 1)
  if (twice.length > 0) throw new Error(`${twice.length} got more than one mail: ${twice.slice(0, 5).join(', ')}`)
}
