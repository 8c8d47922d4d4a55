import { type Actor, recordAudit } from '#modules/audit/index.ts'
import type { Principal } from '#modules/auth/index.ts'
import { lockCourseFor, requireCourseRight } from '#modules/courses/index.ts'
import { inTransaction } from '#platform/database/transaction.ts'
import { formatDecimal, parseDecimal } from '#platform/decimal/decimal.ts'
import { enqueue } from '#platform/jobs/outbox.ts'
import type { CertificatesDeps } from '../deps.ts'
import { issueDueCertificates } from '../jobs.ts'
import type { CertificateSettings, CertificateSettingsBody, CertificateTemplate } from '../schemas.ts'
import { lockSetting, type SettingRow, selectSetting, storeSetting } from './queries.ts'
import type { TemplateCheck } from './template-check.ts'

export interface VersionedSettings {
  readonly version: number
  readonly body: CertificateSettings
}

/** What a course has that was never asked: no certificates, and texts to begin with. */
const initial: CertificateSettingsBody = {
  isEnabled: false,
  minimumPercent: null,
  heading: 'Certificate of Completion',
  text: 'This is to certify that\n{holder}\nhas completed the course\n{course}\non {date}.',
  accentColor: '#0b5cad',
  signatories: [],
  showsGrade: false,
  language: 'en',
  direction: 'ltr',
}

export function createSettings({ db, now }: Pick<CertificatesDeps, 'db' | 'now'>, requireTemplate: TemplateCheck) {
  async function readSettings(caller: Principal, courseId: string): Promise<VersionedSettings> {
    await requireCourseRight(db, caller, courseId, 'see-roster')
    return versioned(courseId, await selectSetting(db, courseId))
  }

  /**
   * Replaces the settings. What was issued stays as it is; who has completed the course and has no certificate gets one.
   * `checkVersion` sees the version that is about to change.
   */
  async function changeSettings(
    caller: Principal,
    courseId: string,
    wanted: CertificateSettingsBody,
    checkVersion: (version: number) => void,
    actor: Actor,
  ): Promise<VersionedSettings> {
    requireTemplate(wanted)
    const at = now()
    return inTransaction(db, async (tx) => {
      await lockCourseFor(tx, caller, courseId, 'edit')
      const before = await lockSetting(tx, courseId)
      checkVersion(before?.version ?? 0)
      const row = await storeSetting(tx, toRow(courseId, wanted, at))
      if (row.is_enabled) await enqueue(tx, issueDueCertificates, { courseId, afterEnrollmentId: '' }, at)
      const details = { isEnabled: row.is_enabled, wasEnabled: before?.is_enabled ?? false, version: row.version }
      await recordAudit(
        tx,
        actor,
        { action: 'certificate-settings.changed', subjectType: 'course', subjectId: courseId, details },
        at,
      )
      return versioned(courseId, row)
    })
  }

  return { readSettings, changeSettings }
}

/** The template that a course issues by now. */
export function toTemplate(row: SettingRow): CertificateTemplate {
  return {
    heading: row.heading,
    text: row.body,
    accentColor: row.accent_color,
    signatories: row.signatories,
    showsGrade: row.shows_grade,
    language: row.language,
    direction: row.direction,
  }
}

function versioned(courseId: string, row: SettingRow | undefined): VersionedSettings {
  if (!row) return { version: 0, body: { courseId, ...initial, updatedAt: null } }
  const body = {
    courseId,
    isEnabled: row.is_enabled,
    minimumPercent: row.minimum_percent === null ? null : formatDecimal(row.minimum_percent),
    ...toTemplate(row),
    updatedAt: row.updated_at,
  }
  return { version: row.version, body }
}

function toRow(courseId: string, wanted: CertificateSettingsBody, at: Date): Omit<SettingRow, 'version'> {
  return {
    course_id: courseId,
    is_enabled: wanted.isEnabled,
    heading: wanted.heading.normalize('NFC').trim(),
    body: wanted.text.normalize('NFC').trim(),
    accent_color: wanted.accentColor.toLowerCase(),
    signatories: wanted.signatories.map(({ name, role }) => ({ name: name.trim(), role: role.trim() })),
    shows_grade: wanted.showsGrade,
    minimum_percent: wanted.minimumPercent === null ? null : parseDecimal(wanted.minimumPercent),
    language: wanted.language,
    direction: wanted.direction,
    updated_at: at.toISOString(),
  }
}
