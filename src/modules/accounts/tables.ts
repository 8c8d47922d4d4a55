export interface AccountsDatabase {
  one_time_token: {
    /** The token itself is derived from this id and SECRET_KEY, when a mail needs it. */
    id: string
    purpose: 'verify-email' | 'reset-password' | 'invitation'
    /** Null where somebody asked for an address that nobody has: the answer must not take another time. */
    user_id: string | null
    /** SHA-256 of the token, hexadecimal. */
    token_hash: string
    created_at: string
    expires_at: string
    used_at: string | null
  }
  /** One row at most. */
  setup_token: {
    id: 1
    /** SHA-256 of the token, hexadecimal. */
    token_hash: string
    created_at: string
    /** Set when the first administrator was made, in whatever way. */
    used_at: string | null
  }
}
