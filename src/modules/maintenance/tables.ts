export interface MaintenanceDatabase {
  /** One row while there is maintenance, else none. */
  maintenance: {
    id: 'present'
    message: string
    begun_at: string
    /** When it is expected to end; nothing ends by itself. */
    ends_at: string | null
  }
}
