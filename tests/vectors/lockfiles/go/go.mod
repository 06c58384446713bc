module train.example/report

go 1.22

require (
	gonum.org/v1/gonum v0.15.0
	golang.org/x/exp v0.0.0-20240119083558-1b970713d09a // indirect
	train.example/shared v0.0.0
)

replace train.example/shared => ../shared
