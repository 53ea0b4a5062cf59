kubectl create namespace n8n
