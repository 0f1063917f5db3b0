{{/* The pieces of which network policies are made. */}}

{{/* A policy's head: dict root, component, name. */}}
{{- define "antigravity.policyHead" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "antigravity.fullname" .root }}-{{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "antigravity.labels" . | nindent 4 }}
{{- end -}}

{{/* Pods of this release, as a peer: dict root, component. */}}
{{- define "antigravity.peer" -}}
- podSelector:
    matchLabels: {{- include "antigravity.selector" . | nindent 6 }}
{{- end -}}

{{/* An egress rule to peers, or to anywhere if none are named, on ports: dict to, ports. */}}
{{- define "antigravity.egress" -}}
- ports:
    {{- range .ports }}
    - { protocol: TCP, port: {{ int . }} }
    {{- end }}
  {{- with .to }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
