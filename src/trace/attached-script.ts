/** What V8 calls the script that attaching puts into a program. */
export const ATTACHED_URL = 'selfwake:attached';
