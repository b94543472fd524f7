import PythonWorker

Zygote.run()
