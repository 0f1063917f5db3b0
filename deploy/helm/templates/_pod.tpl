{{/* What every pod of the release has. */}}

{{/* Pod Security `restricted`, and no token: nothing here talks to the API server. Dict root. */}}
{{- define "antigravity.podBasics" -}}
serviceAccountName: {{ include "antigravity.fullname" .root }}
automountServiceAccountToken: false
enableServiceLinks: false
dnsConfig:
  # A lost query is asked again after a second. The resolver's own 5 s, for each of its search domains, could hold a first call for 40.
  options: [{ name: timeout, value: "1" }, { name: attempts, value: "3" }]
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "antigravity.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: { drop: [ALL] }
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "antigravity.placement" -}}
{{- with .nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{/* Spread over zones and nodes, counted within one revision, so that a rollout isn't skewed by the pods that go. Dict root, component. */}}
{{- define "antigravity.spread" -}}
{{- $spread := .root.Values.topologySpread -}}
{{- $all := . -}}
{{- if or (ne $spread.zone "none") (ne $spread.host "none") }}
topologySpreadConstraints:
{{- range $key, $unsatisfiable := dict "topology.kubernetes.io/zone" $spread.zone "kubernetes.io/hostname" $spread.host }}
{{- if ne $unsatisfiable "none" }}
  - topologyKey: {{ $key }}
    maxSkew: 1
    whenUnsatisfiable: {{ $unsatisfiable }}
    labelSelector:
      matchLabels: {{- include "antigravity.selector" $all | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/*
Startup, readiness and liveness. Readiness asks for the service, the others for the process (the empty name): a retriever without Qdrant is not
ready, and no restart would help it. The kubelet's gRPC probe knows no TLS: with it the admin port is asked over HTTP.
*/}}
{{- define "antigravity.probes" -}}
startupProbe:
  {{- include "antigravity.probe" (merge (dict "path" "/startupz" "service" "") .) | nindent 2 }}
  periodSeconds: 1
  # The retriever reads its weights first, from a slow volume too.
  failureThreshold: {{ ternary 180 30 (eq .component "retriever") }}
readinessProbe:
  {{- include "antigravity.probe" (merge (dict "path" "/readyz" "service" (include "antigravity.grpcService" .)) .) | nindent 2 }}
  periodSeconds: 5
  timeoutSeconds: 2
  failureThreshold: 2
livenessProbe:
  {{- include "antigravity.probe" (merge (dict "path" "/livez" "service" "") .) | nindent 2 }}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
{{- end -}}

{{- define "antigravity.probe" -}}
{{- if eq .root.Values.tls.mode "none" -}}
grpc:
  port: {{ include "antigravity.port" . }}
  {{- with .service }}
  service: {{ . }}
  {{- end }}
{{- else -}}
httpGet:
  port: admin
  path: {{ .path }}
{{- end }}
{{- end -}}

{{/*
Removal from the endpoints races with the signal to stop. The programs take no new connection once they are told, so the signal waits, by a
hook that needs no shell. It is on by default from Kubernetes 1.30; before, a rollout may refuse a few new connections, which clients retry.
*/}}
{{- define "antigravity.lifecycle" -}}
{{- if and (semverCompare ">=1.30.0-0" .root.Capabilities.KubeVersion.Version) .root.Values.shutdown.announceSeconds -}}
lifecycle:
  preStop:
    sleep: { seconds: {{ .root.Values.shutdown.announceSeconds }} }
{{- end }}
{{- end -}}

{{- define "antigravity.trustedVolume" -}}
{{- with .root.Values.trustedCertificates }}
{{- if or .secretName .configMapName }}
- name: trusted
  {{- if .secretName }}
  secret: { secretName: {{ .secretName }} }
  {{- else }}
  configMap: { name: {{ .configMapName }} }
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The Secret with a service's certificate: dict root, component. */}}
{{- define "antigravity.tlsSecret" -}}
{{- if eq .root.Values.tls.mode "secrets" }}{{ get .root.Values.tls.secrets .component }}
{{- else }}{{ include "antigravity.fullname" .root }}-{{ .component }}-tls
{{- end }}
{{- end -}}
