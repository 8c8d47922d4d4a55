import type { Kysely } from 'kysely'
import { type Actor, recordAudit, system } from '#modules/audit/index.ts'
import { afterCommit } from '#platform/database/transaction.ts'
import { formatDecimal } from '#platform/decimal/decimal.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import { counter } from '#platform/metrics/metrics.ts'
import type { Database } from '../../../database.ts'
import type { CertificatesDeps } from '../deps.ts'
import { renderCertificate } from '../jobs.ts'
import { certificatesIssuedTotal } from '../metrics.ts'
import { formatNumber, makeNumber } from '../numbers/number.ts'
import {
  type Candidate,
  type CertificateRow,
  insertCertificate,
  selectCandidate,
  selectDue,
  selectLatestOf,
} from '../queries.ts'
import { selectSetting } from '../settings/queries.ts'
import { toTemplate } from '../settings/settings.ts'
import { signCredential } from '../signing/credential.ts'
import type { SigningKeys } from '../signing/keys.ts'
import { dayOf } from '../to-certificate.ts'
import { makeContent } from './content.ts'
import { meetsMinimum, shownGrade } from './grade.ts'

type Tx = Kysely<Database>
type Cause = 'completion' | 'staff' | 'reissue'

/** What became of an enrollment whose certificate was asked for. */
export type IssueOutcome =
  | { readonly outcome: 'issued'; readonly certificate: CertificateRow }
  | { readonly outcome: 'already'; readonly certificate: CertificateRow }
  | { readonly outcome: 'gone' }
  | { readonly outcome: 'off' }
  | { readonly outcome: 'not-completed' }
  | { readonly outcome: 'grade-too-low'; readonly minimumPercent: string }

/** A completed candidate, and which of its certificates is to be made. */
export interface IssueWish {
  readonly candidate: Candidate & { readonly completed_at: string }
  readonly issue: number
  readonly cause: Cause
  readonly actor: Actor
}

const BATCH = 100

export type Issuing = ReturnType<typeof createIssuing>

export function createIssuing(deps: CertificatesDeps, keys: SigningKeys) {
  const { newId, issuer, verificationBaseUrl } = deps
  const countIssued = counter(deps.metrics, certificatesIssuedTotal)

  /**
   * Issues the certificate of an enrollment when the rule of its course says so. The rule gives one certificate for
   * ever: asked again it gives the one there is, revoked or not, and of any number of calls at once one issues.
   */
  async function issueByRule(tx: Tx, enrollmentId: string, at: Date, actor: Actor = system): Promise<IssueOutcome> {
    const candidate = await selectCandidate(tx, enrollmentId)
    if (!candidate) return { outcome: 'gone' }
    const before = await selectLatestOf(tx, enrollmentId)
    if (before) return { outcome: 'already', certificate: before }
    const setting = await selectSetting(tx, candidate.course_id)
    if (!setting?.is_enabled) return { outcome: 'off' }
    const { completed_at } = candidate
    if (completed_at === null) return { outcome: 'not-completed' }
    if (!(await meetsMinimum(tx, candidate, setting))) {
      return { outcome: 'grade-too-low', minimumPercent: formatDecimal(setting.minimum_percent ?? 0) }
    }
    const cause = actor === system ? 'completion' : 'staff'
    const wish = { candidate: { ...candidate, completed_at }, issue: 1, cause, actor } as const
    const certificate = await issue(tx, wish, at)
    if (certificate) return { outcome: 'issued', certificate }
    const other = await selectLatestOf(tx, enrollmentId)
    if (!other) throw new Error('A certificate was in the way and is gone: try again.')
    return { outcome: 'already', certificate: other }
  }

  /** Issues what is due in the next enrollments of a course; returns the last of them when there may be more. */
  async function issueBatch(tx: Tx, courseId: string, after: string, at: Date): Promise<string | undefined> {
    const enrollmentIds = await selectDue(tx, courseId, after, BATCH)
    for (const enrollmentId of enrollmentIds) await issueByRule(tx, enrollmentId, at)
    return enrollmentIds.length < BATCH ? undefined : enrollmentIds.at(-1)
  }

  /** Writes and signs one certificate; undefined when the enrollment has this one, or a valid one, already. */
  async function issue(tx: Tx, wish: IssueWish, at: Date): Promise<CertificateRow | undefined> {
    const { candidate, cause, actor } = wish
    const setting = await selectSetting(tx, candidate.course_id)
    if (!setting) throw new Error(`The course ${candidate.course_id} has no certificate settings.`)
    const number = makeNumber()
    const verificationUrl = `${verificationBaseUrl}/${formatNumber(number)}`
    const holderName = candidate.full_name.normalize('NFC').replaceAll(/\s+/g, ' ').trim()
    const grade = await shownGrade(tx, candidate, setting)
    const key = await keys.signingKey(tx)
    const facts = { holderName, courseTitle: candidate.course_title, grade, verificationUrl }
    const completedAt = new Date(candidate.completed_at)
    const content = makeContent(toTemplate(setting), { ...facts, completedAt, number: formatNumber(number) })
    const credential = signCredential(
      {
        ...facts,
        keysUrl: `${verificationBaseUrl}/keys`,
        issuer,
        courseId: candidate.course_id,
        courseSummary: candidate.course_summary,
        completedOn: dayOf(candidate.completed_at),
        issuedAt: at,
      },
      key,
    )
    const certificate = await insertCertificate(tx, {
      id: newId(),
      number,
      enrollment_id: candidate.enrollment_id,
      issue: wish.issue,
      user_id: candidate.user_id,
      course_id: candidate.course_id,
      holder_name: holderName,
      course_title: candidate.course_title,
      grade,
      content: JSON.stringify(content),
      credential,
      key_id: key.id,
      completed_at: candidate.completed_at,
      issued_at: at.toISOString(),
      document_state: 'pending',
    })
    if (!certificate) return undefined
    await enqueue(tx, renderCertificate, { certificateId: certificate.id }, at)
    await recordAudit(tx, actor, auditOf(certificate, cause), at)
    afterCommit(() => countIssued({ cause }))
    return certificate
  }

  return { issueByRule, issueBatch, issue }
}

function auditOf(row: CertificateRow, cause: Cause) {
  const details = { number: formatNumber(row.number), courseId: row.course_id, userId: row.user_id, cause }
  return { action: 'certificate.issued' as const, subjectType: 'certificate', subjectId: row.id, details }
}
