import { sign } from 'node:crypto'
import type { SigningKey } from './keys.ts'

export interface CredentialFacts {
  readonly verificationUrl: string
  readonly keysUrl: string
  readonly issuer: { readonly name: string; readonly url: string }
  readonly holderName: string
  readonly courseId: string
  readonly courseTitle: string
  readonly courseSummary: string
  readonly grade: string | null
  /** `YYYY-MM-DD` */
  readonly completedOn: string
  readonly issuedAt: Date
}

/**
 * The certificate as a JWS in compact form (RFC 7515), signed with Ed25519 (RFC 8037), whose payload is an achievement
 * credential in the vocabulary of Open Badges 3.0. Whoever has the published key verifies it without asking anybody.
 */
export function signCredential(facts: CredentialFacts, { id, privateKey }: SigningKey): string {
  const header = { alg: 'EdDSA', typ: 'vc+jwt', kid: id, jku: facts.keysUrl }
  const signed = `${encode(header)}.${encode(payloadOf(facts))}`
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`
}

function payloadOf(facts: CredentialFacts) {
  const issuedAt = Math.floor(facts.issuedAt.getTime() / 1000)
  return {
    iss: facts.issuer.url,
    jti: facts.verificationUrl,
    iat: issuedAt,
    nbf: issuedAt,
    '@context': ['https://www.w3.org/ns/credentials/v2', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'],
    id: facts.verificationUrl,
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: facts.courseTitle,
    issuer: { id: facts.issuer.url, type: ['Profile'], name: facts.issuer.name },
    validFrom: facts.issuedAt.toISOString(),
    awardedDate: `${facts.completedOn}T00:00:00Z`,
    credentialSubject: {
      type: ['AchievementSubject'],
      identifier: [{ type: 'IdentityObject', identityType: 'name', hashed: false, identityHash: facts.holderName }],
      achievement: {
        id: `urn:uuid:${facts.courseId}`,
        type: ['Achievement'],
        achievementType: 'Certificate',
        name: facts.courseTitle,
        description: facts.courseSummary,
        criteria: { narrative: 'All required lessons of the course were completed.' },
      },
      ...(facts.grade !== null && { result: [{ type: ['Result'], value: facts.grade }] }),
    },
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
