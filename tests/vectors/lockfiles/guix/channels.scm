;; (channel (name 'commented) (commit "54563f95fefa691baa82a522156322c21f7d6df3"))
(list (channel
        (name 'guix)
        (url "https://git.example/guix.git")
        (branch "master")
        (commit
          "4015b57a143aec5156fd1444a017a32137a3fd0f")
        (introduction
          (make-channel-introduction
            "54563f95fefa691baa82a522156322c21f7d6df3"
            (openpgp-fingerprint
              "BBB0 2DDF 2CEA F6A8 0D1D  E643 A2A0 6DF2 A33A 54FA"))))
      (channel
        (name 'guix-science)
        (url "https://git.example/guix-science.git")
        (branch "master")))
