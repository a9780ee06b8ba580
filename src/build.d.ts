/** The version of the package, which the build inserts. */
declare const UPC_VERSION: string;
