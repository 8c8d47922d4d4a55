import type { Generated, JSONColumnType } from 'kysely'
import type { CertificateContent } from './issuing/content.ts'
import type { Signatory } from './schemas.ts'

export interface CertificatesDatabase {
  /** Whether a course certifies, and how the certificates look that it issues from now on. */
  certificate_setting: {
    course_id: string
    is_enabled: boolean
    heading: string
    /** Lines with placeholders. */
    body: string
    /** `#rrggbb` */
    accent_color: string
    signatories: JSONColumnType<Signatory[]>
    shows_grade: boolean
    /** A decimal: without at least this grade no certificate; null: completing is enough. */
    minimum_percent: number | null
    /** BCP 47 */
    language: string
    direction: 'ltr' | 'rtl'
    updated_at: string
    version: Generated<number>
  }
  certificate_key: {
    /** Thumbprint of the public key (RFC 7638). */
    id: string
    /** Counts up; the highest signs. */
    generation: number
    /** Ed25519, as in a JWK. */
    public_x: string
    sealed_private_key: string
    created_at: string
  }
  certificate: {
    id: string
    /** 16 characters, without hyphens. */
    number: string
    enrollment_id: string | null
    /** Counts the certificates of one enrollment, from 1. */
    issue: number
    user_id: string | null
    course_id: string | null
    /** As it was at the time of issue, like all that follows. */
    holder_name: string
    course_title: string
    /** As it is shown; null where the course shows none. */
    grade: string | null
    content: JSONColumnType<CertificateContent>
    /** The same, signed: a JWS in compact form. */
    credential: string
    key_id: string
    completed_at: string
    issued_at: string
    revoked_at: string | null
    revoked_by: string | null
    revocation_reason: string | null
    /** The certificate that was issued in its place. */
    replaced_by: string | null
    document_state: 'pending' | 'ready' | 'failed'
    document_sha256: string | null
    document_made_at: string | null
    document_failure: string | null
  }
}
