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
    end_reason: string | null
  }
  refresh_token: {
    /** SHA-256 of the token, hexadecimal: a stolen database opens no session. */
    token_hash: string
    session_id: string
    issued_at: string
    /** Set when it is exchanged; a second exchange means theft and ends the session. */
    used_at: string | null
  }
}
