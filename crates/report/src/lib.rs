//! Tables from encounters; files from tables.
