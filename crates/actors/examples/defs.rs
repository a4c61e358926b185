fn main() {
    std::fs::write("/tmp/imp/identity.json", actors::extension::identity().text()).unwrap();
    std::fs::write("/tmp/imp/definition.json", actors::extension::definition().text()).unwrap();
}
