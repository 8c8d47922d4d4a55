import type { Generated } from 'kysely'

export interface AuthDatabase {
  session: {
    id: string
    user_id: string
    created_at: string
    last_used_at: string
    expires_at: string
    network: string
    user_agent: string
    ended_at: string | null
    end_reason:
      | 'logged-out'
      | 'logged-out-everywhere'
      | 'ended-by-owner'
      | 'refresh-token-reused'
      | 'password-changed'
      | 'password-reset'
      | 'deactivated'
      | null
  }
  refresh_token: {
    /** SHA-256 of the token, hexadecimal: a stolen database opens no session. */
    token_hash: string
    session_id: string
    issued_at: string
    /** Set when it is exchanged; a second exchange means theft and ends the session. */
    used_at: string | null
  }
  totp_secret: {
    user_id: string
    /** As `encryptSecret` writes it. */
    encrypted_secret: string
    created_at: string
    /** Null until the owner has shown a code of his app: only then is it asked for at login. */
    confirmed_at: string | null
    /** The 30-second step of the last accepted code: neither it nor an earlier one is accepted again. */
    last_used_step: number | null
  }
  recovery_code: {
    /** SHA-256 of the owner's id and the code, hexadecimal. */
    code_hash: string
    user_id: string
    created_at: string
    used_at: string | null
  }
  login_challenge: {
    /** SHA-256 of the challenge token, hexadecimal. */
    token_hash: string
    user_id: string
    created_at: string
    expires_at: string
    /** Codes tried so far; bounded. */
    guesses: Generated<number>
    used_at: string | null
  }
}
