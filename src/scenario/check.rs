//! Checks that look at more than one key.
pub fn check(_reader: &mut super::reader::Reader<'_>, _scenario: &super::whole::Scenario, _root: &super::tree::Node) {}
