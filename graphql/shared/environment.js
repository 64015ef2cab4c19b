/**
 * Physical table names and settings, which differ between environments. TABLES and SETTINGS are replaced with literals
 * when the code is bundled; other files must not use them.
 */

export const tables = TABLES;

export const settings = SETTINGS;
