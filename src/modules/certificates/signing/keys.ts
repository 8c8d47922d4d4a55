import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Kysely } from 'kysely'
import { deriveKey } from '#platform/secrets/derive-key.ts'
import { createSecretBox } from '#platform/secrets/secret-box.ts'
import type { Database } from '../../../database.ts'
import type { KeySet } from '../schemas.ts'

type Tx = Kysely<Database>

export interface SigningKey {
  readonly id: string
  readonly privateKey: KeyObject
}

export type SigningKeys = ReturnType<typeof createSigningKeys>

/** The Ed25519 keys that sign certificates: the newest signs, all of them are published. */
export function createSigningKeys({ secretKey, now }: { readonly secretKey: string; readonly now: () => Date }) {
  const box = createSecretBox(deriveKey(secretKey, 'certificate signing keys'))

  /**
   * The key that signs now. Made when there is none yet, and when SECRET_KEY has changed since, so that the one there is
   * cannot be opened any more: what it has signed stays verifiable.
   */
  async function signingKey(tx: Tx): Promise<SigningKey> {
    const newest = await selectNewest(tx)
    const opened = newest && open(newest)
    if (opened) return opened
    return addKey(tx, (newest?.generation ?? 0) + 1)
  }

  /** Makes a new key, which signs from now on; returns its id. */
  async function rotate(tx: Tx): Promise<string> {
    const newest = await selectNewest(tx)
    return (await addKey(tx, (newest?.generation ?? 0) + 1)).id
  }

  async function publicKeys(db: Tx): Promise<KeySet> {
    const rows = await db.selectFrom('certificate_key').selectAll().orderBy('generation', 'desc').execute()
    return {
      keys: rows.map(({ id, public_x }) => ({
        kty: 'OKP',
        crv: 'Ed25519',
        x: public_x,
        kid: id,
        alg: 'EdDSA',
        use: 'sig',
      })),
    }
  }

  /** Adds the key of this generation, or takes the one that somebody else has added meanwhile. */
  async function addKey(tx: Tx, generation: number): Promise<SigningKey> {
    const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
    if (!x || !d) throw new Error('Node exported an Ed25519 key without its parts.')
    const id = thumbprintOf(x)
    await tx
      .insertInto('certificate_key')
      .values({
        id,
        generation,
        public_x: x,
        sealed_private_key: box.seal(d, id),
        created_at: now().toISOString(),
      })
      .onConflict((conflict) => conflict.column('generation').doNothing())
      .execute()
    const newest = await selectNewest(tx)
    const opened = newest && open(newest)
    if (!opened) throw new Error('The key that was just added cannot be opened.')
    return opened
  }

  function open({ id, public_x, sealed_private_key }: KeyRow): SigningKey | undefined {
    let d: string
    try {
      d = box.open(sealed_private_key, id)
    } catch {
      return undefined
    }
    return { id, privateKey: createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x: public_x, d }, format: 'jwk' }) }
  }

  return { signingKey, rotate, publicKeys }
}

type KeyRow = NonNullable<Awaited<ReturnType<typeof selectNewest>>>

function selectNewest(db: Tx) {
  return db.selectFrom('certificate_key').selectAll().orderBy('generation', 'desc').limit(1).executeTakeFirst()
}

/** RFC 7638: the SHA-256 of the required members in the order of their names. */
function thumbprintOf(x: string): string {
  return createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url')
}
