module packages.example/train

go 1.19

require (
	packages.example/readers v0.1.0
	packages.example/upper v1.0.0
)

require (
	packages.example/lowest v0.4.1 // indirect
	packages.example/middle v1.2.0 // indirect
)

replace packages.example/readers => ./local
