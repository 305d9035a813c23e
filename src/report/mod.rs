//! Results as files and words: tables, Parquet, manifest, figures, the table at the end of a run.
//!
//! Takes what [`crate::experiment::results`] holds and never changes a number. Every file appears whole or not at all.

pub mod bands;
pub mod calendar;
pub mod comparison_csv;
pub mod comparison_table;
pub mod csv_tables;
pub mod error;
pub mod execution;
pub mod folder;
pub mod manifest;
pub mod numbers;
pub mod page;
mod parquet_pages;
pub mod parquet_read;
pub mod parquet_tables;
pub mod place_lock;
pub mod plots;
pub mod provenance;
pub mod replay_csv;
pub mod saved;
pub mod sensitivity;
pub mod series_parquet;
pub mod sweep;
pub mod terminal;
pub mod whole_file;
pub mod written;

pub use error::ReportError;
