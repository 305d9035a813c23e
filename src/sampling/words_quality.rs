//! Tests of the random words.
