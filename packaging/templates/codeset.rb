# Homebrew formula, filled by packaging/release.py.
class Codeset < Formula
  desc "@SHORT_DESCRIPTION@"
  homepage "@REPOSITORY@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@URL:aarch64-apple-darwin.tar.gz@"
      sha256 "@SHA256:aarch64-apple-darwin.tar.gz@"
    end
    on_intel do
      url "@URL:x86_64-apple-darwin.tar.gz@"
      sha256 "@SHA256:x86_64-apple-darwin.tar.gz@"
    end
  end

  on_linux do
    on_arm do
      url "@URL:aarch64-unknown-linux-musl.tar.gz@"
      sha256 "@SHA256:aarch64-unknown-linux-musl.tar.gz@"
    end
    on_intel do
      url "@URL:x86_64-unknown-linux-musl.tar.gz@"
      sha256 "@SHA256:x86_64-unknown-linux-musl.tar.gz@"
    end
  end

  def install
    bin.install "codeset"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/codeset.bash" => "codeset"
    zsh_completion.install "completions/_codeset"
    fish_completion.install "completions/codeset.fish"
    doc.install "README.md", "CHANGELOG.md", "THIRD-PARTY.md"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/codeset --version")
    system bin/"codeset", "demo", testpath/"demo"
    assert_path_exists testpath/"demo/prepare-2026/index.html"
  end
end
