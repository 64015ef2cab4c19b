/**
 * What differs between environments: physical table names and settings. TABLES and SETTINGS are replaced by literals
 * when the code is bundled; no other file may name them.
 */

export const tables = TABLES;

export const settings = SETTINGS;
